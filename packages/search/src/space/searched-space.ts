import { type AnyResolvedSpec, isExternal } from '@holdfast/contracts/any-spec';
import type { Space } from '@holdfast/contracts/space';
import type { FreeSpaces } from './dimensions.ts';

/** What a search draws its trials from. */
export function searchedSpace(spec: AnyResolvedSpec): Space | FreeSpaces {
  return isExternal(spec) ? { free: spec.space } : spec.space;
}
