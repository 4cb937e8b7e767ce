/* The engine in a worker, so that the page never stalls: the methods of Engine, Training and Model
 * (engine.js), each of which returns a promise. Calls are answered in order. */
import {EngineError} from './engine.js';

/* `worker` runs worker.js; `modules` as for Engine.load, but compiled. */
export const remoteEngine = (worker, modules) => {
  const waiting = new Map();
  let last = 0;
  const call = (number, method, args) => new Promise((resolve, reject) => {
    waiting.set(++last, {resolve, reject});
    worker.postMessage({id: last, object: number, method, args});
  });
  const object = (number) => new Proxy({}, { /* not a promise, so without a method `then` */
    get: (_, method) => method === 'then' ? undefined : (...args) => call(number, method, args),
  });
  worker.onmessage = ({data: {id, value, object: number, error, input}}) => {
    const {resolve, reject} = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(number === undefined ? value : object(number));
    else reject(new EngineError(error, input));
  };
  worker.onerror = ({message}) => {
    for (const {reject} of waiting.values()) reject(new EngineError(message, false));
    waiting.clear();
  };
  worker.postMessage({modules});
  return object(0);
};
