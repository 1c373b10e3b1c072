import type { Page } from 'playwright-core';
import type { RunningService } from '../e2e/service.ts';

/** Somebody at a browser, and the service that is looked at: one for all tests, since a start takes seconds. */
export interface Visit {
  service: RunningService;
  page: Page;
  /** See `openBrowser`. */
  complaints: string[];
}
