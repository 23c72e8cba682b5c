import { randomBytes, timingSafeEqual } from "node:crypto";

/** Who may use the server: whoever has its token, in a cookie, a header, or once in the address. */
export interface Access {
  /** The secret of this server, as it is printed in the address. */
  readonly token: string;
  /** A secret that is good for one address within a minute, for where an address can be seen by others (a list of processes). */
  readonly issueTicket: () => string;
  /** Whether a value of `?token=` is the token, or a ticket, which is used up by this. */
  readonly accepts: (value: string) => boolean;
  /** Whether the headers hold the token. */
  readonly isKnown: (headers: AccessHeaders) => boolean;
  /** Whether the header alone does, which no other site's page can send. */
  readonly hasBearer: (headers: AccessHeaders) => boolean;
  /** The header that lets a browser keep the token for this server, out of reach of scripts and of other sites. */
  readonly cookie: () => string;
}

/** The headers that matter here. */
export interface AccessHeaders {
  readonly cookie?: string | undefined;
  readonly authorization?: string | undefined;
}

const TOKEN_BYTES = 32;
const TICKET_MS = 60_000;
const MOST_COOKIES = 100;

/** Access by a new token. The cookie's name holds the port, because cookies of one host are shared by all its ports. */
export function createAccess(port: () => number): Access {
  const token = createSecret();
  const tickets = new Map<string, number>();
  const name = () => `monosem-${port()}`;
  const hasBearer = ({ authorization = "" }: AccessHeaders) => {
    return authorization.startsWith("Bearer ") && isSame(authorization.slice("Bearer ".length), token);
  };
  return {
    token,
    issueTicket: () => {
      const ticket = createSecret();
      tickets.set(ticket, Date.now() + TICKET_MS);
      return ticket;
    },
    accepts: (value) => {
      if (isSame(value, token)) return true;
      const ticket = [...tickets.keys()].find((known) => isSame(value, known));
      if (ticket === undefined) return false;
      const expires = tickets.get(ticket)!;
      tickets.delete(ticket);
      return Date.now() < expires;
    },
    isKnown: (headers) => hasBearer(headers) || listCookies(headers, name()).some((value) => isSame(value, token)),
    hasBearer,
    cookie: () => `${name()}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

function createSecret(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** Takes as long for a nearly right value as for a wrong one. */
function isSame(value: string, secret: string): boolean {
  const [given, wanted] = [Buffer.from(value), Buffer.from(secret)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function listCookies({ cookie = "" }: AccessHeaders, name: string): string[] {
  const pairs = cookie.split(";", MOST_COOKIES).map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}
