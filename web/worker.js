/* The worker: runs an Engine for RemoteEngine (remote.js).
 *
 * The first message has the modules. Each other one, {id, object, method, args}, is a call of the
 * engine (object 0), or of a training or model that an earlier call returned; the answer is
 * {id, value}, {id, object} or {id, error, input}. */
import {Engine, Model} from './engine.js';

const objects = new Map();
let next = 1;

const answer = async ({id, object, method, args}) => {
  try {
    const target = await objects.get(object);
    if (!target) throw new Error(`${method}: it has been closed`);
    const value = await target[method](...args);
    if (method === 'close') objects.delete(object);
    if (!(value instanceof Model)) return {id, value};
    objects.set(next, value);
    return {id, object: next++};
  } catch (error) {
    return {id, error: error.message, input: error.input};
  }
};

onmessage = async ({data}) => {
  if (data.modules) objects.set(0, Engine.load(data.modules)); /* a promise, which calls await */
  else postMessage(await answer(data));
};
