// 阳光入学: what a page gains with JavaScript. Every form works without it.
"use strict";
(() => {
  const MAX_SIDE = 2400, MAX_BYTES = 12 * 1024 * 1024, QUALITY = 0.85, RELEASE_AFTER = 20000;
  const working = new WeakMap(); // form -> photos still being made smaller

  // The first thing to read after a refused form is what to change.
  document.querySelector(".error-summary")?.focus();

  // Large type, remembered in a cookie so that the server already writes it into the page.
  for (const button of document.querySelectorAll("[data-large]")) {
    const root = document.documentElement;
    const show = () => {
      const large = root.classList.contains("large");
      button.textContent = large ? "标准字" : "大字";
      button.setAttribute("aria-label", large ? "改用标准字号" : "改用大字号");
    };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      const large = root.classList.toggle("large");
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `large=${large ? 1 : 0};path=/;max-age=31536000;samesite=lax${secure}`;
      show();
    });
  }

  // One press, one submission. The server keeps the promise; this only spares the second press.
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[data-word]")) {
      button.disabled = false;
      button.textContent = button.dataset.word;
      delete button.dataset.word;
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    if (working.get(form)) {
      event.preventDefault();
      const { submitter } = event;
      working.get(form).then(() => form.requestSubmit(submitter));
      return;
    }
    form.dataset.sent = "1";
    const pressed = event.submitter;
    setTimeout(() => { // after the browser has read the form: a disabled button would not be sent
      for (const button of form.querySelectorAll("button:not([type=button]):not(:disabled)")) {
        button.dataset.word = button.textContent;
        button.disabled = true;
        if (button === pressed) button.textContent = "正在提交…";
      }
    });
    setTimeout(release, form.matches("[data-download]") ? 2000 : RELEASE_AFTER, form); // a file leaves the page as it is
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // Something is being written: look again soon.
  if (document.querySelector("[data-reload]")) setTimeout(() => location.reload(), 3000);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;

  // Copying needs a browser that lets a page write to the clipboard: without one the text can still be selected.
  for (const button of document.querySelectorAll("[data-copy]")) {
    const word = button.textContent;
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.value);
        button.textContent = "已复制";
      } catch {
        source.select();
        button.textContent = "请长按复制";
      }
      setTimeout(() => (button.textContent = word), 3000);
    });
  }

  // Photos: smaller before they are sent. What the browser cannot read (HEIC, PDF) goes as it is.
  const shrink = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file;
    }
  };
  const megabytes = (size) => (size < 1e5 ? "不到 0.1" : (size / 1048576).toFixed(1)) + " MB";
  const listFor = (input) => {
    const next = input.nextElementSibling;
    if (next?.matches(".chosen")) {
      for (const picture of next.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
      return next;
    }
    const list = document.createElement("ul");
    list.className = "chosen";
    list.setAttribute("aria-live", "polite");
    input.after(list);
    return list;
  };
  const show = (input) => {
    const list = listFor(input);
    list.replaceChildren(...Array.from(input.files, (file) => {
      const item = document.createElement("li");
      if (/^image\/(jpeg|png|webp)$/.test(file.type)) {
        const picture = new Image();
        picture.alt = "";
        picture.src = URL.createObjectURL(file);
        item.append(picture);
      }
      const words = document.createElement("span");
      const tooBig = file.size > MAX_BYTES;
      words.className = tooBig ? "too-big" : "";
      words.textContent = `${file.name}（${megabytes(file.size)}）` + (tooBig ? "：超过 12 MB，请换一张或重新拍照" : "");
      item.append(words);
      return item;
    }));
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file]")) return;
    show(input);
    if (!("shrink" in input.dataset) || !input.files.length) return;
    const chosen = Array.from(input.files);
    const job = (async () => {
      const bag = new DataTransfer();
      for (const file of chosen) bag.items.add(await shrink(file)); // one at a time: phones have little memory
      if (input.files[0] !== chosen[0]) return; // chosen anew meanwhile
      input.files = bag.files;
      show(input);
    })().catch(() => {}).finally(() => {
      if (working.get(input.form) === job) working.delete(input.form);
    });
    if (input.form) working.set(input.form, job);
  });
})();
