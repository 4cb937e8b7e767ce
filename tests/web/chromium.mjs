/* Pages in headless Chromium, driven by the DevTools protocol through a pipe. */

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
  '--disable-component-update', '--no-first-run', '--remote-debugging-pipe'];

class Browser {
  constructor(flags) {
    this.folder = mkdtempSync(`${tmpdir()}/onehot-web-`);
    this.process = spawn('chromium', [...FLAGS, ...flags, `--user-data-dir=${this.folder}`, 'about:blank'],
      {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    this.waiting = new Map();
    this.pages = new Map(); /* by session: a page, and each of its workers */
    this.last = 0;
    this.process.on('exit', () => {
      for (const {reject} of this.waiting.values()) reject(new Error('chromium has ended'));
    });
    let rest = Buffer.alloc(0);
    this.process.stdio[4].on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1))
        this.receive(JSON.parse(rest.subarray(0, end).toString()));
    });
  }

  send(method, params = {}, sessionId = undefined) {
    const message = {id: ++this.last, method, params, sessionId};
    this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => this.waiting.set(message.id, {resolve, reject}));
  }

  receive({id, result, error, method, params, sessionId}) {
    if (!id) {
      this.pages.get(sessionId)?.receive(method, params);
      return;
    }
    const {resolve, reject} = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }

  async close() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.send('Browser.close').catch(() => {});
    await ended;
    rmSync(this.folder, {recursive: true, force: true});
  }
}

export class Page {
  /* Opens the address, in a window of this size in CSS pixels, in a browser of its own with these
   * flags. The script runs before those of the page. */
  static async open(url, {flags = [], ...settings} = {}) {
    const browser = new Browser(flags);
    const {targetInfos} = await browser.send('Target.getTargets');
    return new Page().attach(browser, targetInfos.find(({type}) => type === 'page').targetId, url, settings);
  }

  /* Opens the address in another tab of the same browser. */
  async another(url, settings = {}) {
    const {targetId} = await this.browser.send('Target.createTarget', {url: 'about:blank'});
    return new Page().attach(this.browser, targetId, url, settings);
  }

  async attach(browser, targetId, url, {width = 1280, height = 900, script}) {
    this.browser = browser;
    this.problems = []; /* what the console shows, and exceptions */
    this.requests = []; /* the addresses that the page has asked for */
    this.session = (await browser.send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
    browser.pages.set(this.session, this);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    await this.send('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: false, flatten: true});
    await this.send('Emulation.setDeviceMetricsOverride',
      {width, height, deviceScaleFactor: 1, mobile: width < 600});
    if (script) await this.send('Page.addScriptToEvaluateOnNewDocument', {source: script});
    await this.navigate(url);
    return this;
  }

  /* Opens the address in the page, and waits until it is loaded. */
  async navigate(url) {
    const loaded = new Promise((resolve) => { this.loaded = resolve; });
    await this.send('Page.navigate', {url});
    await loaded;
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  receive(method, params) {
    if (method === 'Page.loadEventFired') this.loaded?.();
    else if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    else if (method === 'Target.attachedToTarget') { /* a worker */
      this.browser.pages.set(params.sessionId, this);
      this.browser.send('Runtime.enable', {}, params.sessionId).catch(() => {}); /* it may have ended */
    } else if (method === 'Runtime.consoleAPICalled')
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

  /* Ends the browser, with all of its tabs. */
  close() {
    return this.browser.close();
  }
}
