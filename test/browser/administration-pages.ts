// Registration, parameters, labels and figures before the fake gateway, as tests of the suite that opens the browser.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { PageTools, Viewport } from './bank-pages.js';

/** Called within `describe`. */
export function administratorsDo(tools: PageTools, phone: Viewport): void {
  itRegisters(tools, phone);
  itChangesParameters(tools, phone);
  itLabels(tools);
  itRegistersBanks(tools, phone);
  itShowsFigures(tools);
}

function itRegisters({ open, visit, seriousFaults, isWiderThanScreen }: PageTools, phone: Viewport): void {
  it('a stranger registers, makes a key and is inside; where registration is closed, the page says so', async () => {
    const page = await open('marketplace', phone);
    await page.getByRole('link', { name: 'Зарегистрироваться' }).click();
    await page.fill('[name=name]', 'Ivаn');
    await page.fill('[name=login]', 'marina');
    await page.fill('[name=fresh]', 'marina-marina');
    await page.click('button[type=submit]');
    await page.getByText('каждое слово — из букв одного алфавита').waitFor();
    await page.getByText('Такой пароль подберут первым').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.fill('[name=name]', 'Иван Новый');
    await page.getByRole('button', { name: 'Придумать пароль' }).click();
    await page.fill('[name=again]', await page.inputValue('[name=fresh]'));
    await page.click('button[type=submit]');
    await page.getByText('Этот логин занят').waitFor();
    await page.fill('[name=login]', 'ivan');
    await page.click('button[type=submit]');
    await page.getByRole('button', { name: 'Создать ключ' }).click();
    const code = (await page.locator('output').textContent()) ?? '';
    await page.fill('[name=last]', code.slice(-4));
    await page.click('button[type=submit]');
    await page.getByRole('heading', { name: 'Каталог' }).waitFor();
    await page.context().close();

    const bank = await open('bank', phone);
    expect(await bank.getByRole('link', { name: 'Зарегистрироваться' }).count()).to.equal(0);
    await visit(bank, '/register');
    await bank.getByText(/логины создаёт администратор/).waitFor();
    await bank.context().close();
  });
}

function itChangesParameters(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('an administrator sets the commission at once and proposes other rules; another member accepts', async () => {
    const page = await open('marketplace');
    await signIn(page, 'vera');
    await visit(page, '/administration');
    await page.getByRole('button', { name: 'Изменить комиссию' }).click();
    await page.fill('dialog [name=rate]', '20');
    await page.getByRole('button', { name: 'Подписать и назначить' }).click();
    await page.getByText('Комиссия выше допустимой').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    await page.fill('dialog [name=rate]', '4,5');
    await page.getByRole('button', { name: 'Подписать и назначить' }).click();
    await page.locator('dl > div').filter({ hasText: '4,5 %' }).first().waitFor();
    await page.getByRole('button', { name: 'Изменить Время на оплату' }).click();
    await page.fill('dialog [name=least]', '5');
    await page.selectOption('dialog [name=leastUnit]', 'day');
    await page.getByRole('button', { name: 'Внести в проект' }).click();
    await page.getByText('меньшее — первым').waitFor();
    await page.fill('dialog [name=usual]', '6');
    await page.selectOption('dialog [name=usualUnit]', 'day');
    await page.getByRole('button', { name: 'Внести в проект' }).click();
    await page.getByRole('button', { name: 'Изменить Участники' }).click();
    await page.getByRole('button', { name: 'Убрать Курьер Стрела' }).click();
    expect(await seriousFaults(page)).to.deep.equal([]);
    await page.getByRole('button', { name: 'Внести в проект' }).click();
    await page.getByRole('button', { name: 'Подписать и предложить' }).click();
    await page.getByRole('heading', { name: 'Проект правил № 4' }).waitFor();
    expect(await page.getByRole('table', { name: 'Что изменится' }).locator('tbody tr').count()).to.equal(2);
    expect(await seriousFaults(page)).to.deep.equal([]);
    await page.getByRole('button', { name: 'Подписать и отозвать' }).click();
    await page.getByText('отозван', { exact: true }).waitFor();
    await page.context().close();

    const bank = await open('bank', phone);
    await signIn(bank, 'boris');
    await visit(bank, '/administration');
    await bank.getByRole('heading', { name: 'Проект правил № 4' }).waitFor();
    expect(await bank.getByRole('button', { name: /^Изменить/ }).count()).to.equal(0);
    expect(await seriousFaults(bank)).to.deep.equal([]);
    expect(await isWiderThanScreen(bank)).to.equal(false);
    await bank.getByRole('button', { name: 'Подписать и принять' }).click();
    await bank.getByText('Ваша организация приняла этот проект').waitFor();
    await bank.getByText('принят, идёт время ожидания').waitFor();
    await bank.context().close();
  });
}

function itLabels({ open, signIn, visit }: PageTools): void {
  it('a label finds its deals', async () => {
    const page = await open('marketplace');
    await signIn(page, 'vera');
    await visit(page, '/administration/labels');
    await page.fill('[name=name]', 'Спор');
    await page.getByRole('button', { name: 'Добавить' }).click();
    await page.getByRole('cell', { name: 'Спор' }).first().waitFor();
    await visit(page, '/deals/deal_inspect00001');
    await page.getByLabel('Какую метку прикрепить').selectOption({ label: 'Спор' });
    await page.getByRole('button', { name: 'Прикрепить' }).click();
    await page.getByRole('button', { name: 'Снять метку Спор' }).waitFor();
    await visit(page, '/all-deals');
    await page.getByLabel('Метка').selectOption({ label: 'Спор' });
    await page.getByRole('link', { name: /Насос погружной/ }).waitFor();
    expect(await page.locator('tbody tr').count()).to.equal(1);
    await page.context().close();
  });
}

function itRegistersBanks(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('an administrator registers a bank, and names the account that takes the commissions', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'vera');
    await visit(page, '/administration/members');
    await page.getByRole('button', { name: 'Зарегистрировать банк BankCMSP' }).click();
    await page.fill('dialog [name=bank]', '3');
    await page.fill('dialog [name=bic]', '044525010');
    await page.getByRole('button', { name: 'Подписать и зарегистрировать' }).click();
    for (const fault of ['Введите две цифры', 'Введите название', 'Введите БИК из 8 или 11 символов'])
      await page.getByText(fault, { exact: true }).waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.fill('dialog [name=bank]', '30');
    await page.fill('dialog [name=name]', 'Южный банк');
    await page.fill('dialog [name=bic]', 'yuznrumm');
    await page.getByRole('button', { name: 'Подписать и зарегистрировать' }).click();
    await page.getByText('30 · Южный банк · YUZNRUMM').waitFor();

    await visit(page, '/administration');
    await page.getByRole('button', { name: 'Выбрать счёт' }).click();
    await page.getByRole('button', { name: 'Подписать и назначить' }).waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    const label = await page.locator('dialog label').first().innerText();
    await page.getByRole('button', { name: 'Подписать и назначить' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    const named = page.locator('dl > div').filter({ hasText: 'RUB' });
    await named.filter({ hasText: label.split('\n')[0] ?? '' }).waitFor();
    await page.getByRole('link', { name: 'Мои привязанные счета' }).click();
    await page.getByRole('heading', { name: 'Счета' }).waitFor();
    await page.context().close();
  });
}

function itShowsFigures({ open, signIn, visit }: PageTools): void {
  it('figures are a table first: the picture says the same in words, and the file holds every day', async () => {
    const page = await open('marketplace');
    await signIn(page, 'vera');
    await visit(page, '/figures?days=7');
    const picture = page.getByRole('img', { name: /^Оборот: с .+ по .+ Больше всего:/ });
    await picture.waitFor();
    expect(await picture.locator('rect').count()).to.equal(7);
    expect(await page.getByRole('table', { name: 'Оборот' }).locator('tbody tr').count()).to.equal(7);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Скачать CSV' }).first().click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).to.have.length(8);
    expect(lines[0]).to.equal('day,turnover_minor_RUB,deals');
    await page.context().close();
  });
}
