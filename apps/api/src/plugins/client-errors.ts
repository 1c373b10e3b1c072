import type { Socket } from 'node:net';
import { ProblemError } from '../problem-error.ts';

/** What Node's HTTP parser refuses never becomes a request: answered on the bare socket, in the same form. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = describe(error.code).toProblem();
  const body = JSON.stringify(problem);
  const status = statusLine(error.code);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function describe(code: string | undefined): ProblemError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ProblemError('too-large', 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ProblemError('invalid-request', 'The request did not arrive in time.');
  }
  return new ProblemError('invalid-request', 'This is not HTTP as it should be.');
}

const statusLine = (code: string | undefined): string =>
  code === 'HPE_HEADER_OVERFLOW' ? '413 Payload Too Large' : '400 Bad Request';
