// Before the first paint, so that a dark page never flashes white. src/frame/theme.ts goes on from here.
const stored = localStorage.getItem('holdfast.theme');
const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = dark ? 'dark' : 'light';
