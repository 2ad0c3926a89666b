// One chaincode package for each member, whose content can be exchanged while the network runs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Image = 'usual' | 'altered';

const MODULES: { readonly [I in Image]: string } = {
  usual: join(__dirname, '..', '..', 'chaincode', 'index.js'),
  altered: join(__dirname, 'altered-package.js'),
};

export class ChaincodeImages {
  private readonly dir = mkdtempSync(join(tmpdir(), 'forescrow-images-'));

  constructor(private readonly members: readonly string[]) {
    for (const msp of members) {
      mkdirSync(this.folder(msp));
      const description = { name: 'escrow', version: '1.0.0', main: 'index.js' };
      writeFileSync(join(this.folder(msp), 'package.json'), JSON.stringify(description));
      this.put(msp, 'usual');
    }
  }

  /** Package folders by MSP id. */
  get packages(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.members.map((msp) => [msp, this.folder(msp)]));
  }

  /** The image of the member's next chaincode process. */
  put(msp: string, image: Image): void {
    writeFileSync(
      join(this.folder(msp), 'index.js'),
      `module.exports = require(${JSON.stringify(MODULES[image])});\n`,
    );
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  private folder(msp: string): string {
    return join(this.dir, msp);
  }
}
