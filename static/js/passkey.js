// 阳光入学: make or show a passkey. The page gives the options, the form carries the answer; without this the code works.
"use strict";
(() => {
  for (const offer of document.querySelectorAll("[data-passkey-offer]")) offer.hidden = !window.PublicKeyCredential;
  const form = document.querySelector("[data-passkey-make], [data-passkey-show]");
  const button = form?.querySelector("[data-passkey]"), words = form?.querySelector("[data-passkey-words]");
  if (!form || !button) return;
  if (!window.PublicKeyCredential) {
    words.textContent = "这个浏览器不支持通行密钥。";
    return;
  }
  words.textContent = "";
  button.hidden = false;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = () => {
    const { passkeyMake, passkeyShow } = form.dataset;
    const options = JSON.parse(passkeyMake ?? passkeyShow);
    options.challenge = bytes(options.challenge);
    if (passkeyShow) {
      options.allowCredentials = known(options.allowCredentials);
      return navigator.credentials.get({ publicKey: options });
    }
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    words.textContent = "请按浏览器的提示操作……";
    try {
      const made = await ask();
      const response = {};
      for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
        if (made.response[part]) response[part] = text(made.response[part]);
      }
      form.elements.passkey.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
      form.requestSubmit();
    } catch {
      words.textContent = "没有完成。可以再试一次，或者用别的方式。";
      button.disabled = false;
    }
  });
})();
