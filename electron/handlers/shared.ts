import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { appHandlers } from './app.ts';
import { clusterHandlers } from './cluster.ts';
import type { HandlerContext } from './context.ts';
import { exportHandlers } from './export.ts';
import { fileHandlers } from './files.ts';
import { gitHandlers } from './git.ts';
import { createReading } from './reading.ts';
import { reviewHandlers } from './review.ts';

/** The handlers that every shell has; typed over all shared channels, so a missing one does not compile. */
export function sharedHandlers(context: HandlerContext): Handlers<SharedChannel> {
  const reading = createReading();
  return {
    ...appHandlers(context),
    ...clusterHandlers(reading),
    ...exportHandlers(context, reading),
    ...fileHandlers(context),
    ...gitHandlers(context),
    ...reading.handlers,
    ...reviewHandlers(context),
  };
}
