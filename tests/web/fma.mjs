/* node tests/web/fma.mjs: see fma.c. */

import {check, finish, read} from './node.mjs';

const module = await WebAssembly.compile(read('build/web/fma.wasm'));
const {exports} = new WebAssembly.Instance(module);
check('multiply-adds halfway between two floats are exact', exports.halfway(2e6) === 0,
  `${exports.halfway(2e6)} differ`);
check('multiply-adds of any bits are exact', exports.anywhere(1e6) === 0,
  `${exports.anywhere(1e6)} differ`);
finish();
