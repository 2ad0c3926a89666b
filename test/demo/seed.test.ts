import { expect } from 'chai';
import { DemoError } from '../../demo/demo-error.js';
import { seed } from '../../demo/seed.js';
import { FakeAdminApis } from './fake-admin-apis.js';

describe('seed of the demo', () => {
  it('says that it needs two banks before it asks or sends anything', async () => {
    const adminApis = await FakeAdminApis.open({});
    try {
      const { context } = adminApis;
      const one = { ...context, adminApis: context.adminApis.filter(({ bankId }) => bankId !== '20') };
      let failure: unknown;
      await seed(one, { print: () => undefined }).catch((error: unknown) => (failure = error));
      expect(failure).to.be.instanceOf(DemoError);
      expect(String(failure)).to.include('The demo needs a bank 20 in the consortium file.');
    } finally {
      await adminApis.close();
    }
  });
});
