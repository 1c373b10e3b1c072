import { HoldfastClient } from '@holdfast/client/holdfast-client';

/** The service that this page came from. */
export const api = new HoldfastClient({ url: window.location.origin });
