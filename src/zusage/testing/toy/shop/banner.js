// The toy shop's banner: nothing is loaded before a choice; the choice is kept in the cookie "choice".
(() => {
  const tags = { analytics: 'https://stats.example/tag.js', advertising: 'https://ads.example/tag.js' };
  const chosen = () => (document.cookie.match(/(?:^|; )choice=([^;]*)/) || [])[1];
  const keep = (purposes) => { document.cookie = `choice=${purposes.join('.')}; path=/; max-age=15552000; secure; samesite=lax`; };
  const load = (purposes) => purposes.filter(one => tags[one]).forEach(one => {
    const script = document.createElement('script');
    script.src = tags[one];
    document.head.append(script);
  });
  const choose = (purposes) => { keep(purposes); document.getElementById('banner')?.remove(); load(purposes); };
  const withdraw = () => {
    keep([]);
    document.cookie = '_stat=; path=/; max-age=0; secure';
    localStorage.removeItem('ads');
    location.reload();
  };
  const show = () => {
    document.getElementById('banner')?.remove();
    const banner = document.createElement('section');
    banner.id = 'banner';
    banner.innerHTML = `<p>May we?</p>
      <button data-zusage="accept-all">Accept all</button> <button data-zusage="reject-all">Reject all</button>
      <button data-zusage="settings">Settings</button>
      <div hidden><label><input type="checkbox" data-zusage-purpose="analytics"> Statistics</label>
      <label><input type="checkbox" data-zusage-purpose="advertising"> Advertisements</label>
      <button data-zusage="save">Save</button></div>`;
    document.body.append(banner);
    const on = (control, act) => banner.querySelector(`[data-zusage="${control}"]`).addEventListener('click', act);
    const boxes = () => [...banner.querySelectorAll('[data-zusage-purpose]')];
    on('accept-all', () => choose(Object.keys(tags)));
    on('reject-all', () => choose([]));
    on('settings', () => { banner.querySelector('div').hidden = false; });
    on('save', () => choose(boxes().filter(box => box.checked).map(box => box.dataset.zusagePurpose)));
  };
  const footer = document.createElement('footer');
  footer.innerHTML = '<button data-zusage="withdraw">Withdraw consent</button>';
  footer.firstChild.addEventListener('click', withdraw);
  document.body.append(footer);
  if (chosen() === undefined) show(); else load(chosen().split('.').filter(Boolean));
})();
