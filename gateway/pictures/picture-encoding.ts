// Makes of an uploaded picture what is stored: decoded, turned upright, re-encoded in two sizes, without metadata.
// The upload itself is thrown away, so that nothing hidden in it reaches anybody.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { Refused } from '../refused.js';

export const LARGEST_UPLOAD_BYTES = 8 * 1024 * 1024;
const MOST_PIXELS = 40_000_000;
const LOADERS = ['Jpeg', 'Png', 'Webp'].map((format) => `VipsForeignLoad${format}Buffer`);
// Decoders of all other formats are shut: some run what stands in a file, or fetch what it names.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

/** Longest sides of the two sizes; square ones are cut to what stands in the middle. */
export interface PictureShape {
  readonly full: number;
  readonly small: number;
  readonly isSquare: boolean;
}
const OFFERS: PictureShape = { full: 1_600, small: 480, isSquare: false };
export const FACE: PictureShape = { full: 512, small: 128, isSquare: true };

const QUALITY = 80;
const LIMIT_SECONDS = 20;
const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp']);

export const PICTURE_TYPE = 'image/webp';

export interface EncodedPicture {
  /** SHA-256 of `full`; its name everywhere. */
  readonly hash: string;
  readonly full: Buffer;
  readonly small: Buffer;
}

/** Rejects: Refused NOT_A_PICTURE, PICTURE_TOO_LARGE. */
export async function encodePicture(upload: Buffer, shape: PictureShape = OFFERS): Promise<EncodedPicture> {
  if (upload.length > LARGEST_UPLOAD_BYTES)
    throw new Refused('PICTURE_TOO_LARGE', { most: LARGEST_UPLOAD_BYTES });
  if (upload.length === 0) throw new Refused('NOT_A_PICTURE');
  await requirePicture(upload);
  const full = await encoded(upload, shape.full, shape);
  const small = await encoded(upload, shape.small, shape);
  return { hash: createHash('sha256').update(full).digest('hex'), full, small };
}

/** By its content, never by its name or declared type. */
async function requirePicture(upload: Buffer): Promise<void> {
  const { format, width, height, pages } = await opened(upload)
    .metadata()
    .catch((cause: unknown) => {
      throw notAPicture(cause);
    });
  if (!FORMATS.has(format) || (pages ?? 1) > 1) throw new Refused('NOT_A_PICTURE', { found: format });
  if (width * height > MOST_PIXELS) throw new Refused('PICTURE_TOO_LARGE', { most: MOST_PIXELS });
}

async function encoded(upload: Buffer, side: number, { isSquare }: PictureShape): Promise<Buffer> {
  const fit = isSquare ? 'cover' : 'inside';
  try {
    return await opened(upload)
      .rotate()
      .resize({ width: side, height: side, fit, withoutEnlargement: !isSquare })
      .webp({ quality: QUALITY })
      .timeout({ seconds: LIMIT_SECONDS })
      .toBuffer();
  } catch (cause) {
    throw notAPicture(cause);
  }
}

function opened(upload: Buffer): sharp.Sharp {
  return sharp(upload, { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true });
}

function notAPicture(cause: unknown): Refused {
  if (cause instanceof Refused) return cause;
  const isTooLarge = cause instanceof Error && /pixel limit/.test(cause.message);
  return new Refused(isTooLarge ? 'PICTURE_TOO_LARGE' : 'NOT_A_PICTURE');
}
