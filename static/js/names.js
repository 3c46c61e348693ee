// Names of the official texts, offered while an address is typed. The field works without it.
"use strict";
(() => {
  const PAUSE = 150; // milliseconds without a key before the server is asked
  let fields = 0;

  const combobox = (input, wrapper) => {
    const { namesUrl, namesLevel } = wrapper.dataset;
    const list = document.createElement("ul");
    const news = document.createElement("p"); // says to a screen reader how many names there are
    let names = [], active = -1, timer, request, composing = false;

    list.id = `names-${++fields}`;
    list.className = "names";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "文件里的名称");
    news.className = "vh";
    news.setAttribute("role", "status");
    input.after(list, news);
    input.parentElement.classList.add("names-field");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
      input.setAttribute(name, value);
    }

    const mark = (index) => {
      active = index;
      for (const [n, option] of Array.from(list.children).entries()) option.setAttribute("aria-selected", String(n === index));
      const option = list.children[index];
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };
    const open = () => {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };
    const close = () => {
      clearTimeout(timer);
      request?.abort();
      mark(-1);
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      news.textContent = "";
    };
    const show = (found) => {
      names = found;
      list.replaceChildren(...names.map((name, n) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        return option;
      }));
      mark(-1);
      if (!names.length) return close();
      open();
      news.textContent = `有${names.length}个名称，按上下键选择。`;
    };
    const choose = (index) => {
      input.value = names[index];
      names = []; // they belong to what was typed before
      close();
      input.focus();
      input.setSelectionRange(input.value.length, input.value.length); // a house number may follow
    };
    const ask = async () => {
      const typed = input.value.trim();
      const level = input.form?.querySelector("[name=level]:checked")?.value ?? namesLevel ?? "";
      request?.abort();
      if (!typed) return show([]);
      const mine = (request = new AbortController());
      try {
        const query = new URLSearchParams(level ? { q: typed, level } : { q: typed });
        const response = await fetch(`${namesUrl}?${query}`, { signal: mine.signal, credentials: "omit" });
        const found = response.ok ? await response.json() : [];
        const stale = mine.signal.aborted || typed !== input.value.trim() || document.activeElement !== input;
        if (!stale) show(found.filter((name) => name !== typed));
      } catch {
        if (!mine.signal.aborted) close();
      }
    };
    const soon = () => {
      close(); // never old names under new words
      names = [];
      if (!composing) timer = setTimeout(ask, PAUSE);
    };

    input.addEventListener("compositionstart", () => {
      composing = true;
      close();
    });
    input.addEventListener("compositionend", () => {
      composing = false;
      soon();
    });
    input.addEventListener("input", soon);
    input.addEventListener("keydown", (event) => {
      if (composing || event.isComposing || event.keyCode === 229) return; // the keys are the input method's
      const shown = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!shown) return names.length ? open() : ask();
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(active < 0 && step < 0 ? names.length - 1 : (active + step + names.length) % names.length);
      } else if (event.key === "Enter" && shown && active >= 0) {
        event.preventDefault();
        choose(active);
      } else if (event.key === "Escape" && shown) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", () => {
      // Not at once: a screen reader's tap takes the focus before it chooses.
      setTimeout(() => document.activeElement === input || close(), 200);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the cursor
    list.addEventListener("click", (event) => {
      const index = Array.from(list.children).indexOf(event.target.closest("[role=option]"));
      if (index >= 0) choose(index);
    });
    input.form?.addEventListener("change", (event) => {
      if (event.target.name === "level") names = [];
    });
  };

  for (const input of document.querySelectorAll("input[data-names]")) {
    const wrapper = input.closest("[data-names-url]");
    if (wrapper) combobox(input, wrapper);
  }
})();
