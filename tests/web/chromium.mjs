/* A page in headless Chromium, driven by the DevTools protocol through a pipe. */

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
  '--disable-component-update', '--no-first-run', '--remote-debugging-pipe'];

export class Page {
  /* Opens the address, in a window of this size in CSS pixels. */
  static async open(url, {width = 1280, height = 900} = {}) {
    const page = new Page();
    page.folder = mkdtempSync(`${tmpdir()}/onehot-web-`);
    page.process = spawn('chromium', [...FLAGS, `--user-data-dir=${page.folder}`, 'about:blank'],
      {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    page.waiting = new Map();
    page.process.on('exit', () => {
      for (const {reject} of page.waiting.values()) reject(new Error('chromium has ended'));
    });
    page.last = 0;
    page.problems = []; /* what the console shows, and exceptions */
    let rest = Buffer.alloc(0);
    page.process.stdio[4].on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1))
        page.receive(JSON.parse(rest.subarray(0, end).toString()));
    });
    const {targetInfos} = await page.send('Target.getTargets');
    const {targetId} = targetInfos.find(({type}) => type === 'page');
    page.session = (await page.send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await page.send(`${domain}.enable`);
    await page.send('Emulation.setDeviceMetricsOverride',
      {width, height, deviceScaleFactor: 1, mobile: width < 600});
    const loaded = new Promise((resolve) => { page.loaded = resolve; });
    await page.send('Page.navigate', {url});
    await loaded;
    return page;
  }

  send(method, params = {}) {
    const message = {id: ++this.last, method, params, sessionId: this.session};
    this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => this.waiting.set(message.id, {resolve, reject}));
  }

  receive({id, result, error, method, params}) {
    if (id) {
      const {resolve, reject} = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    } else if (method === 'Page.loadEventFired') this.loaded?.();
    else if (method === 'Runtime.consoleAPICalled')
      this.problems.push(params.args.map(({value, description}) => value ?? description).join(' '));
    else if (method === 'Runtime.exceptionThrown')
      this.problems.push(params.exceptionDetails.exception?.description ?? 'an exception');
    else if (method === 'Log.entryAdded') this.problems.push(params.entry.text);
  }

  /* The value of an expression, or of the promise that it is. */
  async evaluate(expression) {
    const {result, exceptionDetails} = await this.send('Runtime.evaluate',
      {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? expression);
    return result.value;
  }

  /* The bytes of a PNG of the whole page. */
  async screenshot() {
    const {data} = await this.send('Page.captureScreenshot', {captureBeyondViewport: true});
    return Buffer.from(data, 'base64');
  }

  async close() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.send('Browser.close').catch(() => {});
    await ended;
    rmSync(this.folder, {recursive: true, force: true});
  }
}
