/* What a user of the page does: opens addresses, and uses mouse, finger and keyboard. */

import {check} from './node.mjs';

const codes = {Backspace: 8, Tab: 9, Enter: 13, Escape: 27, ' ': 32, PageUp: 33, PageDown: 34, End: 35, Home: 36,
  ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, Delete: 46};

export const user = (page) => {
  const {evaluate, send} = {evaluate: (e) => page.evaluate(e), send: (...a) => page.send(...a)};
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /* Waits for an expression to become true, a minute at most. */
  const until = async (expression) => {
    for (const end = Date.now() + 60000; Date.now() < end;) {
      if (await evaluate(expression).catch(() => false)) return true; /* a page may be loading */
      await pause(25);
    }
    check(`${expression} becomes true`, false);
    return false;
  };

  /* The tab's newest state; the address follows. */
  const address = () => evaluate(
    "document.querySelector('header [aria-current]')?.getAttribute('href') ?? location.hash");
  const go = async (hash) => {
    await evaluate(`delete document.querySelector('main').dataset.shown;
      location.hash === ${JSON.stringify(hash)} ? dispatchEvent(new HashChangeEvent('hashchange'))
        : location.hash = ${JSON.stringify(hash)}`);
    if (!await until("document.querySelector('main').dataset.shown !== undefined"))
      throw new Error(`${hash} is not shown: ${page.problems.join('; ')}`);
  };
  const emulate = async (width, scheme, motion = 'no-preference') => {
    await send('Emulation.setDeviceMetricsOverride', {width, height: 900, deviceScaleFactor: 1, mobile: width < 600});
    await send('Emulation.setTouchEmulationEnabled', {enabled: width < 600});
    await send('Emulation.setEmulatedMedia', {features: [
      {name: 'prefers-color-scheme', value: scheme}, {name: 'prefers-reduced-motion', value: motion}]});
  };

  /* The middle of an element's width, at a fraction of its height from below, once it is in sight. */
  const point = (selector, height) => evaluate(`(() => {
    const e = document.querySelector(${JSON.stringify(selector)});
    e.scrollIntoView({block: 'center'});
    const {left, width, bottom, height} = e.getBoundingClientRect();
    return {x: left + width / 2, y: bottom - ${height} * height};
  })()`);

  const drag = async (selector, from, to) => {
    const a = await point(selector, from), b = await point(selector, to);
    const mouse = (type, at) => send('Input.dispatchMouseEvent',
      {type, ...at, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1});
    await mouse('mousePressed', a);
    await mouse('mouseMoved', {x: a.x, y: (a.y + b.y) / 2});
    await mouse('mouseMoved', b);
    await mouse('mouseReleased', b);
  };

  const swipe = async (selector, from, to) => {
    const a = await point(selector, from), b = await point(selector, to);
    const touch = (type, touchPoints) => send('Input.dispatchTouchEvent', {type, touchPoints});
    await touch('touchStart', [a]);
    await touch('touchMove', [{x: a.x, y: (a.y + b.y) / 2}]);
    await touch('touchMove', [b]);
    await touch('touchEnd', []);
  };

  const click = async (selector) => drag(selector, 0.5, 0.5);

  const press = async (key, times = 1, {shift = false} = {}) => {
    const text = {Enter: '\r', ' ': ' '}[key]; /* without it, a key presses no button */
    for (; times > 0; times--)
      for (const type of [text ? 'keyDown' : 'rawKeyDown', 'keyUp'])
        await send('Input.dispatchKeyEvent', {type, key, code: key === ' ' ? 'Space' : key, modifiers: shift ? 8 : 0,
          windowsVirtualKeyCode: codes[key], ...text && type === 'keyDown' && {text}});
  };

  const type = async (selector, text) => {
    await evaluate(`document.querySelector(${JSON.stringify(selector)}).select()`);
    await send('Input.insertText', {text});
    await press('Enter');
  };

  return {pause, until, address, go, emulate, drag, swipe, click, press, type};
};
