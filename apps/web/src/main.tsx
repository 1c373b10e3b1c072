import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/notices.css';
import './styles/frame.css';
import { App } from './app.tsx';
import { queryClient } from './session/query-client.ts';
import { resumeSession } from './session/session.ts';

// First, since what a page changes must carry the session's token.
await resumeSession();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    {/* The content-security policy takes no style elements either. */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        {/* A view that is in the address must change with the click, not when React finds time. */}
        <BrowserRouter useTransitions={false}>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
