/** From a message to a handler: nothing reaches a handler whose channel is unknown or whose arguments do not fit. */
import { type Answer, type Channel, channelArguments, type Handlers } from '../shared/host/index.ts';
import { FileError } from './files/file-error.ts';

/** Never rejects: what goes wrong is part of the answer. */
export async function dispatch(
  handlers: Partial<Handlers<Channel>>,
  channel: string,
  args: unknown,
): Promise<Answer<unknown>> {
  if (!Object.hasOwn(handlers, channel)) {
    return { ok: false, code: 'not-allowed', message: `This shell has no channel ${JSON.stringify(channel)}.` };
  }
  const known = channel as Channel;
  const checked = channelArguments[known].safeParse(args);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    return {
      ok: false,
      code: 'not-allowed',
      message: `The arguments of ${channel} do not fit${where}: ${issue?.message ?? 'unknown'}.`,
    };
  }
  // The handler of a channel takes what the validator of the same channel gives; the compiler cannot follow that through
  // a name that is only known when the message arrives.
  const handler = handlers[known] as (args: unknown) => Promise<unknown>;
  try {
    return { ok: true, value: await handler(checked.data) };
  } catch (error) {
    if (error instanceof FileError) return { ok: false, code: error.code, message: error.message };
    console.error(`zonewright: ${channel} failed`, error);
    return {
      ok: false,
      code: 'failed',
      message: `Something went wrong in ${channel}: ${error instanceof Error ? error.message : String(error)}.`,
    };
  }
}
