// @ts-check
/**
 * Properties draw the same examples in every run, so that what fails fails again, here and everywhere. `npm run soak` draws
 * others; what it finds becomes a test of its own.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.ZONEWRIGHT_SEED ?? 1) });
