import { type Handlers, type Settings, type SharedChannel, settingsSchema } from '../../shared/host/index.ts';
import { permittedPath } from '../access.ts';
import { readJson, writeJson } from '../files/json-store.ts';
import { readTemplates } from '../files/templates.ts';
import type { HandlerContext } from './context.ts';

type AppChannel = Extract<
  SharedChannel,
  `app:${string}` | `settings:${string}` | `template:${string}` | `recovery:${string}`
>;

export function appHandlers(context: HandlerContext): Handlers<AppChannel> {
  const { access, recoveries } = context;
  return {
    'app:info': async () => context.info(),
    'settings:read': () => readSettings(context.settingsFile),
    'settings:write': ({ settings }) => writeJson(context.settingsFile, settings),
    'template:list': () => readTemplates(context.templatesFolder),
    'recovery:keep': async ({ path, ...rest }) => {
      const absolute = path === undefined ? {} : { path: await permittedPath(access, path) };
      await recoveries.keep({ ...rest, ...absolute, savedAt: new Date().toISOString() });
    },
    'recovery:list': async () =>
      (await recoveries.list()).map((recovery) => {
        if (recovery.path === undefined) return recovery;
        access.grant(recovery.path);
        return { ...recovery, path: access.toWindow(recovery.path) };
      }),
    'recovery:drop': ({ id }) => recoveries.drop(id),
  };
}

/** Settings that are damaged, or of another version, give the defaults: they must never block a start. */
async function readSettings(file: string): Promise<Settings> {
  const parsed = settingsSchema.safeParse(await readJson(file));
  return parsed.success ? parsed.data : {};
}
