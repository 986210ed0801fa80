// Forms with data-passkey ask the browser's keys before they are sent: "create" makes one, "get" uses one.
"use strict";
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      const begun = await fetch(form.dataset.begin, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!begun.ok || begun.redirected) return location.reload();
      const { step, options } = await begun.json();
      const keys = navigator.credentials, read = PublicKeyCredential;
      const credential = form.dataset.passkey === "create"
        ? await keys.create({ publicKey: read.parseCreationOptionsFromJSON(options) })
        : await keys.get({ publicKey: read.parseRequestOptionsFromJSON(options) });
      form.elements.step.value = step;
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
