import type { HoldfastClient } from '@holdfast/client/holdfast-client';

/** A running Holdfast, however it is set up, as the end-to-end suite needs it. */
export interface RunningService {
  url: string;
  client: HoldfastClient;
  /** Of the service's Postgres, to count what the API does not tell. */
  databaseUrl: string;
  /** Ends one worker with SIGKILL; its place may be taken by a new one. */
  killOneWorker(): Promise<void>;
  /** Resolves when no process of it is left. */
  stop(): Promise<void>;
}
