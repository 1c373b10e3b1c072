import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Gives back what closing has to call so that no idle connection holds it up. Node drops those that are idle when
 * closing begins, but not those that become idle later (where a stream has just ended), and never those on which
 * nothing was asked yet (browsers open some ahead).
 */
export function trackConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));

  return () => {
    if (!server.listening) return;
    const timer = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
    }, 20);
    server.once('close', () => clearInterval(timer));
  };
}
