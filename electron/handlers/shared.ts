import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { appHandlers } from './app.ts';
import { clusterHandlers } from './cluster.ts';
import type { HandlerContext } from './context.ts';
import { exportHandlers } from './export.ts';
import { fileHandlers } from './files.ts';
import { gitHandlers } from './git.ts';
import { createReadings } from './reading.ts';
import { reviewHandlers } from './review.ts';

/** The handlers that every shell has; typed over all shared channels, so a missing one does not compile. */
export function sharedHandlers(context: HandlerContext): Handlers<SharedChannel> {
  const readings = createReadings();
  return {
    ...appHandlers(context),
    ...clusterHandlers(readings),
    ...exportHandlers(context, readings),
    ...fileHandlers(context),
    ...gitHandlers(context),
    ...readings.handlers,
    ...reviewHandlers(context),
  };
}
