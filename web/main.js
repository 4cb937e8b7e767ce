import {tested} from './boot.js';

tested.then(() => {
  const {selftest, kernel, xorSha256} = document.documentElement.dataset;
  document.querySelector('main').textContent = `self-test ${selftest}, ${kernel}, ${xorSha256}`;
});
