import { createServer } from 'node:net';

/** @throws Error with one line where nothing can listen on `port` of `host`; port 0 always can. */
export async function checkPort(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new Error(`Port ${port} is taken. Choose another with --port N or PORT (0 picks a free one).`),
        );
      } else if (error.code === 'EACCES') {
        reject(
          new Error(
            `Port ${port} may not be used by this user. Choose one above 1023 with --port N or PORT.`,
          ),
        );
      } else {
        reject(
          new Error(
            `Nothing can listen on ${host}:${port}: ${error.message}. Choose with --host and --port.`,
          ),
        );
      }
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
