// Uploaded pictures: what is taken, what is refused, and that nothing of the upload itself is stored.
import { expect } from 'chai';
import sharp from 'sharp';
import { encodePicture, LARGEST_UPLOAD_BYTES } from '../../../gateway/pictures/picture-encoding.js';
import { Refused } from '../../../gateway/refused.js';

const SECRET_PLACE = 'taken at home, 55.75 N 37.61 E';

const picture = (width: number, height: number): sharp.Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#264653' } });

async function refusalOf(upload: Buffer): Promise<string> {
  try {
    await encodePicture(upload);
    return 'taken';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

describe('pictures', () => {
  it('are stored in two sizes, re-encoded and named by their hash', async () => {
    const { hash, full, small } = await encodePicture(await picture(3_000, 2_000).jpeg().toBuffer());
    expect(hash).to.match(/^[0-9a-f]{64}$/);
    expect(await sharp(full).metadata()).to.include({ format: 'webp', width: 1_600, height: 1_067 });
    expect(await sharp(small).metadata()).to.include({ format: 'webp', width: 480, height: 320 });
  });

  it('lose their metadata and stand upright', async () => {
    const upload = await picture(400, 200)
      .withExif({ IFD0: { ImageDescription: SECRET_PLACE } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { full } = await encodePicture(upload);
    const { width, height, exif } = await sharp(full).metadata();
    expect({ width, height, exif }).to.deep.equal({ width: 200, height: 400, exif: undefined });
    expect(full.includes(SECRET_PLACE)).to.equal(false);
  });

  it('lose whatever is hidden behind them', async () => {
    const upload = await picture(20, 20).png().toBuffer();
    const { full } = await encodePicture(Buffer.concat([upload, Buffer.from('<script>alert(1)</script>')]));
    expect(full.includes('script')).to.equal(false);
  });

  for (const [what, upload] of [
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['nothing', ''],
    ['an archive', 'PK\u0003\u0004'],
  ] as const) {
    it(`are not ${what}`, async () => {
      expect(await refusalOf(Buffer.from(upload))).to.equal('NOT_A_PICTURE');
    });
  }

  it('are no GIF, and no picture that is cut off', async () => {
    expect(await refusalOf(await picture(9, 9).gif().toBuffer())).to.equal('NOT_A_PICTURE');
    const whole = await picture(900, 900).png().toBuffer();
    expect(await refusalOf(whole.subarray(0, whole.length - 200))).to.equal('NOT_A_PICTURE');
  });

  it('have limits of bytes and pixels, the latter before anything is decoded', async () => {
    expect(await refusalOf(Buffer.alloc(LARGEST_UPLOAD_BYTES + 1))).to.equal('PICTURE_TOO_LARGE');
    const bomb = await picture(9_000, 9_000).png().toBuffer();
    expect(bomb.length).to.be.lessThan(LARGEST_UPLOAD_BYTES);
    expect(await refusalOf(bomb)).to.equal('PICTURE_TOO_LARGE');
  });
});
