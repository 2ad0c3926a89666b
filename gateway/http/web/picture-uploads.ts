// What the routes of pictures share: a raw body becomes a picture that was made anew, few at one time, and a stored
// picture is sent as a picture and as nothing else.
import express, { type Request, type Response } from 'express';
import {
  type EncodedPicture,
  encodePicture,
  LARGEST_UPLOAD_BYTES,
  PICTURE_TYPE,
  type PictureShape,
} from '../../pictures/picture-encoding.js';
import { Refused } from '../../refused.js';
import type { RequestLimits } from './entry.js';

/** Pictures that are decoded at one time. */
const MOST_AT_ONCE = 2;

export class PictureUploads {
  private readonly read = express.raw({ limit: LARGEST_UPLOAD_BYTES, type: () => true, inflate: false });
  private running = 0;

  constructor(private readonly limits: RequestLimits) {}

  /** Rejects: Refused TOO_MANY_REQUESTS, NOT_A_PICTURE, PICTURE_TOO_LARGE. */
  async take(
    person: string,
    { request, response }: { readonly request: Request; readonly response: Response },
    shape?: PictureShape,
  ): Promise<EncodedPicture> {
    const retryAfterMs = await this.limits.count('person', person);
    if (retryAfterMs !== null) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs });
    // Read first: who sends slowly holds nobody up.
    const upload = await this.uploadOf(request, response);
    if (this.running >= MOST_AT_ONCE) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs: 1_000 });
    this.running += 1;
    try {
      return await encodePicture(upload, shape);
    } finally {
      this.running -= 1;
    }
  }

  private uploadOf(request: Request, response: Response): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.read(request, response, (error?: unknown) => {
        if (error instanceof Error) reject(error);
        else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      });
    });
  }
}

export function sendPicture(response: Response, bytes: Buffer, cacheControl: string): void {
  response
    .set({
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': cacheControl,
    })
    .type(PICTURE_TYPE)
    .send(bytes);
}
