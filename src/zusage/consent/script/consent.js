// Asks for consent, remembers the choice, and keeps what was not allowed from loading. Needs nothing else; runs under a strict CSP.
(() => {
  "use strict";
  if (window.zusage) return;
  const offer = "OFFER";
  const style = "STYLE";
  const german = (document.documentElement.lang || navigator.language || "").toLowerCase().startsWith("de");
  const text = offer.texts[german ? "de" : "en"];
  const said = text.body;
  const names = offer.purposes.map((purpose) => purpose.name);
  const stays = document.currentScript && document.currentScript.dataset.reload === "never";
  const service = new URL(offer.service.replace(/\/$/, "") + "/", location.href);

  // -- the choice: a cookie with a random number, the time, the text that was shown, and yes or no for each purpose ----------

  const jar = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  const cookies = () => jar.get.call(document).split("; ").filter(Boolean);
  const put = (line) => jar.set.call(document, line);

  const read = () => {
    const mine = cookies().find((one) => one.startsWith(offer.cookie + "="));
    const [form, subject, at, shown, ...rest] = (mine || "").slice(offer.cookie.length + 1).split(".");
    if (!/^[01]$/.test(form) || !/^[\w-]{22}$/.test(subject || "")) return null;
    const choices = {};
    for (const [name, yes, items = ""] of rest.map((one) => one.split("~"))) choices[name] = yes === "1" ? items.match(/.{4}/g) || [] : false;
    return { recorded: form === "1", subject, at, shown, choices };
  };

  // Other pages of the site that are open, or that the browser brings back as they were left, follow at once. The word from one page
  // to the other can be quicker than the cookie between their processes, so who hears it looks again for a while.
  const others = new BroadcastChannel("zusage");
  const follow = () => {
    const now = read();
    if (!now || JSON.stringify(now) === JSON.stringify(choice)) return;
    const had = names.filter(allows);
    choice = now;
    apply();
    anew(had);
  };
  others.onmessage = () => [0, 100, 500, 2000, 5000].forEach((wait) => setTimeout(follow, wait));
  document.addEventListener("visibilitychange", () => follow());

  // A script that runs cannot be taken out of a page, so the page is loaded anew when something is withdrawn. Where somebody has
  // typed, the page stays with what was typed, and the gate alone holds.
  let typed = false;
  const anew = (had) => {
    if (typed || stays || had.every(allows)) return;
    if (location.href.includes("#")) location.reload();
    else location.replace(location.href); // a form that led here is not sent again
  };

  const write = (choice, until) => {
    const each = Object.entries(choice.choices).map(([name, items]) => (items ? `${name}~1~${items.join("")}` : `${name}~0`));
    const value = [choice.recorded ? 1 : 0, choice.subject, choice.at, choice.shown, ...each].join(".");
    const end = new Date(until || Date.now() + offer.days * 864e5).toUTCString();
    put(`${offer.cookie}=${value}; Path=/; Expires=${end}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`);
    others.postMessage(0);
  };

  const number = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  };

  let choice = read();
  const stands = (purpose) => {
    const kept = choice && choice.choices[purpose.name];
    if (kept === undefined || kept === null) return undefined;
    return kept ? (purpose.items.every((item) => kept.includes(item)) ? true : undefined) : false;
  };
  const allows = (name) => offer.purposes.some((purpose) => purpose.name === name && stands(purpose) === true);
  const open = () => offer.purposes.filter((purpose) => stands(purpose) === undefined);

  const send = (body) =>
    fetch(new URL("choices", service), {
      method: "POST", credentials: "omit", keepalive: true, referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    }).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));

  // What is refused or withdrawn stops before anything is sent; what is allowed begins only when the record is on disk.
  const decide = async (wanted, how) => {
    const next = { recorded: false, subject: choice ? choice.subject : number(), at: Math.floor(Date.now() / 1000).toString(36), shown: text.digest.slice(0, 12), choices: {} };
    const items = (name) => offer.purposes.find((one) => one.name === name).items;
    for (const name of names) next.choices[name] = wanted[name] && allows(name) ? items(name) : false;
    const before = choice, had = names.filter(allows);
    const answers = Object.fromEntries(names.map((name) => [name, wanted[name] ? "given" : allows(name) ? "withdrawn" : "refused"]));
    const gives = names.some((name) => wanted[name] && !next.choices[name]);
    choice = next;
    hold();
    try {
      const kept = await send({ subject: next.subject, text: text.digest, language: german ? "de" : "en", how, choices: answers });
      for (const name of names) next.choices[name] = wanted[name] ? items(name) : false;
      next.recorded = true;
      write(next, Date.parse(kept.until));
    } catch (error) {
      if (gives) {
        choice = before && names.some((name) => before.choices[name] && !wanted[name]) ? next : before;
        if (choice === next) write(next);
        apply();
        say(said.status.failed);
        anew(had);
        return false;
      }
      write(next); // a refusal holds at once; the next page tries again to have it recorded
    }
    apply();
    anew(had);
    return true;
  };

  const again = () => {
    if (!choice || choice.recorded) return;
    const answers = Object.fromEntries(names.map((name) => [name, choice.choices[name] ? "given" : "refused"]));
    send({ subject: choice.subject, text: text.digest, language: german ? "de" : "en", how: "later", choices: answers })
      .then((kept) => write(Object.assign(choice, { recorded: true }), Date.parse(kept.until))).catch(() => {});
  };

  // -- the gate: hosts and entries of a purpose that is not allowed are out of reach, also for what already runs ------------

  const fits = (host, pattern) => (pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern);
  const barred = (address) => {
    let url;
    try { url = new URL(address, document.baseURI); } catch { return false; }
    if (url.host === location.host) return false;
    const of = offer.purposes.filter((purpose) => purpose.hosts.some((one) => fits(url.host, one) || fits(url.hostname, one)));
    return of.length > 0 && !of.some((purpose) => allows(purpose.name));
  };
  const known = (name, pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
  const unwanted = (name) => {
    const of = offer.purposes.filter((purpose) => purpose.cookies.some((pattern) => known(name, pattern)));
    return of.length > 0 && !of.some((purpose) => allows(purpose.name));
  };
  const refusal = () => new TypeError("no consent for this address");

  // What stands in mark-up is taken out of every element that loads something by itself; a link only leads there.
  const loads = /^(src|srcset|data|(xlink:)?href)$/i;
  const far = (value) => String(value).split(",").some((one) => barred(one.trim().split(/\s/)[0]));
  const harmless = (markup) => (typeof markup === "string" ? markup.replace(/<(?!a\b|area\b|form\b)[a-z](?:"[^"]*"|'[^']*'|[^>"'])*/gi,
    (tag) => tag.replace(/(https?:)?\/\/[^\s"'>,)]+/gi, (address) => (barred(address) ? "" : address))) : markup);
  const setter = (kind, name, around) => {
    const field = Object.getOwnPropertyDescriptor(kind.prototype, name);
    Object.defineProperty(kind.prototype, name, { ...field, set: around(field.set) });
  };
  const method = (kind, name, around) => { kind.prototype[name] = around(kind.prototype[name]); };

  const gate = () => {
    const { fetch: ask, XMLHttpRequest: Request } = window;
    window.fetch = (target, more) => (barred(target instanceof window.Request ? target.url : target) ? Promise.reject(refusal()) : ask.call(window, target, more));
    const start = Request.prototype.open;
    Request.prototype.open = function (method, address, ...more) {
      if (barred(address)) throw refusal();
      return start.call(this, method, address, ...more);
    };
    const beacon = Navigator.prototype.sendBeacon;
    Navigator.prototype.sendBeacon = function (address, data) { return !barred(address) && beacon.call(this, address, data); };
    for (const name of ["WebSocket", "EventSource"]) {
      window[name] = new Proxy(window[name], { construct(kind, told) {
        if (barred(String(told[0]).replace(/^ws/, "http"))) throw refusal();
        return Reflect.construct(kind, told);
      } });
    }
    for (const [kind, ...fields] of [[HTMLScriptElement, "src"], [HTMLImageElement, "src", "srcset"], [HTMLIFrameElement, "src"], [HTMLMediaElement, "src"],
      [HTMLSourceElement, "src", "srcset"], [HTMLEmbedElement, "src"], [HTMLObjectElement, "data"], [HTMLInputElement, "src"], [HTMLLinkElement, "href"]])
      for (const name of fields) setter(kind, name, (set) => function (value) { if (!far(value)) set.call(this, value); });
    for (const [kind, name] of [[Element, "innerHTML"], [Element, "outerHTML"], [ShadowRoot, "innerHTML"], [HTMLIFrameElement, "srcdoc"]])
      setter(kind, name, (set) => function (value) { set.call(this, harmless(value)); });
    for (const [kind, name] of [[Element, "insertAdjacentHTML"], [Range, "createContextualFragment"], [Document, "write"], [Document, "writeln"]])
      method(kind, name, (call) => function (...told) { return call.apply(this, told.map(harmless)); });
    for (const [name, seen] of [["setAttribute", (told) => told], ["setAttributeNS", (told) => told.slice(1)], ["setAttributeNode", ([one]) => [one.name, one.value]]])
      method(Element, name, (call) => function (...told) {
        const [field, value] = seen(told);
        return loads.test(field) && !/^(a|area)$/.test(this.localName) && far(value) ? undefined : call.apply(this, told);
      });
    method(HTMLFormElement, "submit", (call) => function () { if (!barred(this.action)) call.call(this); });
    Object.defineProperty(document, "cookie", { configurable: true, get: () => jar.get.call(document),
      set: (line) => { if (!unwanted(String(line).split("=")[0].trim())) put(line); } });
  };

  const forget = () => {
    const parts = location.hostname.split(".");
    const domains = ["", ...parts.map((_, n) => parts.slice(n).join(".")).filter((one) => one.includes("."))];
    const steps = location.pathname.split("/").map((_, n, all) => all.slice(0, n + 1).join("/") || "/");
    for (const name of cookies().map((one) => one.split("=")[0]).filter(unwanted))
      for (const domain of domains) for (const path of steps)
        put(`${name}=; Path=${path}; Max-Age=0${domain && `; Domain=${domain}`}`);
    for (const kind of ["localStorage", "sessionStorage"])
      try { Object.keys(window[kind]).filter(unwanted).forEach((name) => window[kind].removeItem(name)); } catch { /* no storage here */ }
  };

  // -- tags, frames and pixels: inert until every purpose that they name is allowed ------------------------------------------

  const copied = (element, tag) => {
    const fresh = document.createElement(tag);
    for (const { name, value } of element.attributes) if (!["src", "type"].includes(name)) fresh.setAttribute(name, value);
    fresh.nonce = element.nonce;
    return fresh;
  };
  const wake = (element) => {
    const tag = element.localName;
    if (tag !== "script") { element.src = element.dataset.src; element.dataset.zusageAwake = ""; return; }
    if ("zusageRan" in element.dataset) { element.dataset.zusageAwake = ""; return; } // it runs in this page still, and once is enough
    const fresh = copied(element, tag);
    if (element.dataset.type) fresh.type = element.dataset.type;
    fresh.async = element.hasAttribute("async");
    fresh.dataset.zusageAwake = "";
    if (element.dataset.src) fresh.src = element.dataset.src;
    else fresh.textContent = element.textContent;
    element.replaceWith(fresh);
  };
  const sleep = (element) => {
    const fresh = copied(element, element.localName);
    delete fresh.dataset.zusageAwake;
    if (element.localName === "script") { fresh.type = "text/plain"; fresh.dataset.zusageRan = ""; fresh.textContent = element.textContent; }
    element.replaceWith(fresh);
  };
  const each = (root, what, act) => root.querySelectorAll(what).forEach(act);
  const tags = () => each(document, "script[data-zusage-purpose], iframe[data-zusage-purpose], img[data-zusage-purpose]", (element) => {
    const may = element.dataset.zusagePurpose.trim().split(/\s+/).every(allows);
    const awake = "zusageAwake" in element.dataset;
    if (may && !awake) wake(element);
    if (!may && awake) sleep(element);
  });

  // Google Consent Mode v2 in its basic form: nothing is said, because nothing is there, before something is allowed.
  let signalled = false;
  const signal = () => {
    const states = {};
    for (const { name, signals } of offer.purposes)
      for (const one of signals) states[one] = states[one] === "granted" || allows(name) ? "granted" : "denied";
    if (!signalled && !Object.values(states).includes("granted")) return;
    window.dataLayer = window.dataLayer || [];
    window.gtag = window.gtag || function () { window.dataLayer.push(arguments); };
    if (!signalled) window.gtag("consent", "default", Object.fromEntries(Object.keys(states).map((one) => [one, "denied"])));
    window.gtag("consent", "update", states);
    signalled = true;
  };

  const hold = () => {
    forget();
    signal();
    tags();
  };
  const apply = () => {
    hold();
    draw();
    document.dispatchEvent(new CustomEvent("zusage", { detail: { allowed: names.filter(allows) } }));
  };

  // -- what people see ---------------------------------------------------------------------------------------------------------

  const make = (tag, more = {}, ...inner) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(more)) if (value !== false) element.setAttribute(name, value === true ? "" : value);
    element.append(...inner.filter((one) => one !== null));
    return element;
  };
  const button = (what, label, kind, spoken = false) => make("button", { type: "button", "data-zusage": what, class: kind, "aria-label": spoken }, label);
  const fact = (label, lines) => (lines.length ? [make("dt", {}, label), ...lines.map((one) => make("dd", {}, one))] : []);

  const banner = () => make("section", { class: "zusage-banner", "aria-labelledby": "zusage-title", tabindex: "-1" },
    make("h2", { id: "zusage-title" }, said.banner.heading),
    make("p", {}, said.banner.intro, said.notice ? " " : "", said.notice ? make("a", { href: said.notice }, said.settings.notice) : ""),
    make("p", { class: "zusage-status", role: "alert" }),
    make("div", { class: "zusage-row" }, button("reject-all", said.banner.reject, "zusage-main"), button("accept-all", said.banner.accept, "zusage-main")),
    button("settings", said.banner.settings, "zusage-quiet"));

  const card = (purpose) => make("li", {},
    make("label", {}, make("input", { type: "checkbox", role: "switch", "data-zusage-purpose": purpose.name, "aria-describedby": `zusage-${purpose.name}` }),
      make("span", {}, purpose.title)),
    make("p", { id: `zusage-${purpose.name}` }, purpose.says),
    make("details", {}, make("summary", {}, said.settings.details), make("dl", {},
      ...fact(said.settings.purpose, purpose.purpose === purpose.says ? [] : [purpose.purpose]),
      ...fact(said.settings.recipients, purpose.recipients.length ? purpose.recipients : [said.settings.nobody]),
      ...fact(said.settings.hosts, purpose.hosts.length ? [purpose.hosts.join(", ")] : []),
      ...fact(said.settings.cookies, purpose.cookies),
      ...fact(said.settings.withdraw, purpose.withdraw ? [purpose.withdraw] : []))));

  const settings = () => make("dialog", { class: "zusage-settings", "aria-labelledby": "zusage-heading" },
    make("div", { class: "zusage-head" }, make("h2", { id: "zusage-heading" }, said.settings.heading), button("close", "✕", "zusage-close", said.settings.close)),
    make("p", {}, navigator.globalPrivacyControl ? said.status.gpc : said.settings.intro),
    make("ul", {}, ...said.purposes.filter((one) => names.includes(one.name)).map(card)),
    said.necessary.length ? make("details", { class: "zusage-necessary" }, make("summary", {}, said.settings.necessary),
      make("p", {}, said.settings.necessary_intro), ...said.necessary.map((one) => make("p", {}, one))) : "",
    make("p", { class: "zusage-small" }, `${said.settings.lasts} ${said.settings.responsible}. `, said.notice ? make("a", { href: said.notice }, said.settings.notice) : ""),
    button("withdraw", said.controls.withdraw, "zusage-quiet"),
    make("div", { class: "zusage-foot" }, make("p", { class: "zusage-status", role: "alert" }),
      make("div", { class: "zusage-row" }, button("reject-all", said.banner.reject, "zusage-main"), button("accept-all", said.banner.accept, "zusage-main"),
        button("save", said.settings.save, "zusage-main"))));

  const root = make("div", { id: "zusage", lang: german ? "de" : "en" });
  const live = make("p", { class: "zusage-live", role: "status" });
  const controls = make("nav", { class: "zusage-controls", "aria-label": said.controls.label },
    button("settings", said.controls.settings, "zusage-quiet"), button("withdraw", said.controls.withdraw, "zusage-quiet"));
  let dialog, notice;
  const say = (message) => { live.textContent = message; each(root, ".zusage-status", (one) => (one.textContent = message)); };

  const draw = () => {
    if (!root.isConnected) return;
    if (open().length && !navigator.globalPrivacyControl) {
      if (!notice) root.prepend((notice = banner()));
    } else if (notice) {
      const focused = notice.contains(document.activeElement);
      notice.remove();
      notice = null;
      if (focused) controls.firstChild.focus();
    }
    controls.hidden = Boolean(notice);
    each(document, '[data-zusage="withdraw"]', (one) => (one.hidden = !names.some(allows)));
  };

  const show = () => {
    say("");
    each(dialog, "input", (one) => (one.checked = allows(one.dataset.zusagePurpose)));
    if (!dialog.open) dialog.showModal();
  };
  const done = (message) => { dialog.close(); say(message); };
  const all = (value) => Object.fromEntries(names.map((name) => [name, value]));
  const picked = () => Object.fromEntries([...dialog.querySelectorAll("input")].map((one) => [one.dataset.zusagePurpose, one.checked]));
  const acts = {
    "accept-all": async () => (await decide(all(true), "accept-all")) && done(said.status.saved),
    "reject-all": async () => (await decide(all(false), "reject-all")) && done(said.status.saved),
    save: async () => (await decide(picked(), "settings")) && done(said.status.saved),
    withdraw: async () => (await decide(all(false), "withdraw")) && done(said.status.withdrawn),
    settings: show,
    close: () => dialog.close(),
  };

  const begin = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    root.append((dialog = settings()), live);
    document.body.prepend(root);
    (document.querySelector("[data-zusage-controls]") || document.body).append(make("div", { id: "zusage-controls", lang: german ? "de" : "en" }, controls));
    document.addEventListener("click", (event) => {
      const target = event.target.closest && event.target.closest("[data-zusage]");
      const act = target && acts[target.dataset.zusage];
      if (act) { event.preventDefault(); act(); }
    });
    window.addEventListener("pageshow", (event) => event.persisted && follow());
    new MutationObserver(tags).observe(document.documentElement, { childList: true, subtree: true });
    apply();
    if (navigator.globalPrivacyControl && open().length) decide(Object.fromEntries(names.map((name) => [name, allows(name)])), "gpc");
    else again();
    const [{ type }] = performance.getEntriesByType("navigation");
    if (choice && Date.now() / 1000 - parseInt(choice.at, 36) < 10 && (type === "reload" || document.referrer === location.href))
      setTimeout(() => say(said.status.saved), 500);
    if (location.hash === "#zusage-settings") show();
  };

  gate();
  document.addEventListener("input", (event) => { typed = typed || !root.contains(event.target); }, true);
  window.zusage = { allows, open: show, withdraw: () => acts.withdraw() };
  if (document.body && document.readyState !== "loading") begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
