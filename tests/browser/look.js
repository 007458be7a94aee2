// What an attentive person would see at once; answers one sentence per fault. Evaluated in the page.
() => {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth + 1) faults.push(`sticks out sideways by ${root.scrollWidth - root.clientWidth} px`);
  const seen = (e) => {
    for (let n = e; n; n = n.parentElement) {
      const s = getComputedStyle(n);
      if (s.visibility === 'hidden' || s.display === 'none' || s.opacity === '0') return false;
      if (n.classList.contains('vh') || n.classList.contains('skip')) return false;
      if (n.tagName === 'DETAILS' && !n.open && !e.closest('summary')) return false;
      if (s.clipPath === 'inset(50%)') return false;
    }
    return true;
  };
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, owner = node.parentElement;
    if (!node.textContent.trim() || !owner || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'TITLE', 'OPTION'].includes(owner.tagName)) continue;
    if (owner.closest('svg') || !seen(owner)) continue;
    const fixed = (() => { for (let n = owner; n; n = n.parentElement) if (['sticky', 'fixed'].includes(getComputedStyle(n).position)) return true; return false; })();
    if (fixed) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    for (const r of range.getClientRects())
      if (r.width > 1 && r.height > 1) boxes.push({l: r.left, t: r.top, r: r.right, b: r.bottom, text: node.textContent.trim().slice(0, 40), node});
  }
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const a = boxes[i], b = boxes[j];
    if (a.node === b.node) continue;
    const w = Math.min(a.r, b.r) - Math.max(a.l, b.l), h = Math.min(a.b, b.b) - Math.max(a.t, b.t);
    const small = Math.min(a.b - a.t, b.b - b.t);
    if (w > 3 && h > Math.max(4, small * 0.35)) faults.push(`text lies over text: "${a.text}" and "${b.text}"`);
  }
  for (const e of document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea, summary')) {
    if (!seen(e)) continue;
    const by = (e.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join(' ');
    const labels = e.labels ? [...e.labels].map((l) => l.textContent).join(' ') : '';
    const alt = [...e.querySelectorAll('img[alt], svg[aria-label]')].map((x) => x.getAttribute('alt') || x.getAttribute('aria-label')).join(' ');
    const own = ['INPUT', 'SELECT', 'TEXTAREA'].includes(e.tagName) ? (['submit', 'button'].includes(e.type) ? e.value : '') : e.textContent;
    const name = [e.getAttribute('aria-label'), by, labels, own, alt, e.title].filter(Boolean).join('').trim();
    if (!name) faults.push(`a control has no name: ${e.outerHTML.slice(0, 90)}`);
  }
  if (document.querySelectorAll('h1').length !== 1) faults.push(`${document.querySelectorAll('h1').length} headings of the first rank`);
  if (!document.documentElement.lang) faults.push('the page does not say its language');
  return faults;
}
