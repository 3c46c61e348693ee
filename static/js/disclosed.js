// Full values leave the page after their time, and at once when it comes back from the browser's memory.
// Without JavaScript the Refresh header of the answer leads away.
"use strict";
(() => {
  const values = document.querySelector("[data-hide-after]");
  const left = document.querySelector("[data-seconds-left]");
  const end = Date.now() + values.dataset.hideAfter * 1000; // a clock and not a count: a laptop may sleep meanwhile
  const hide = () => {
    values.remove();
    location.replace(location.href);
  };
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds <= 0) return hide();
    left.textContent = seconds;
    setTimeout(tick, 1000);
  };
  tick();
  addEventListener("pageshow", (event) => {
    if (event.persisted) hide();
  });
})();
