/**
 * The definition of `NAME.review.yaml`, the file in which people keep what they decided about a change. Types and
 * validation come from it, as with designs.
 */
import { z } from 'zod';

export const apiVersion = 'zonewright/v1';

/** A fingerprint or hash: lower-case hex. */
const hex = z.string().regex(/^[0-9a-f]{16,64}$/, 'must be 16 to 64 lower-case hexadecimal digits');

const side = z
  .strictObject({
    title: z.string().min(1).max(300).describe('What people call it: saved state, a file, a branch.'),
    revision: z.string().min(1).max(250).optional().describe('The revision in git.'),
    hash: hex.describe('Of what the design said when the review was last saved.'),
  })
  .describe('One of the two designs compared.');

export const mark = z
  .strictObject({
    verdict: z.enum(['accepted', 'rejected']).optional().describe('Absent where somebody only left a comment.'),
    comment: z.string().min(1).max(10_000).optional(),
    by: z.string().min(1).max(200).optional().describe('Who decided.'),
    at: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/, 'must be a time in UTC, such as 2026-11-28T09:30:00Z')
      .optional(),
    title: z.string().min(1).max(500).describe('The difference in words, for those who read the file.'),
    fingerprint: hex.describe('Of what the difference said when it was marked.'),
  })
  .describe('What somebody decided about one difference.');

export const reviewFile = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Review'),
  design: z.string().min(1).max(300).describe('The name of the design beside the file.'),
  before: side,
  after: side,
  marks: z.record(z.string().min(1).max(500), mark).describe('By the key of the difference.'),
});

export type ReviewMark = Readonly<z.infer<typeof mark>>;
export type ReviewSide = Readonly<z.infer<typeof side>>;
export interface ReviewFile {
  readonly design: string;
  readonly before: ReviewSide;
  readonly after: ReviewSide;
  /** By the key of the difference, see keyOf. */
  readonly marks: Readonly<Record<string, ReviewMark>>;
}
