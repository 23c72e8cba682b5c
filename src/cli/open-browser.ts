import { spawn } from "node:child_process";

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Opens an address in the user's browser; says so where that is not possible. Others may see the address in the list of processes:
 * it must be good once only.
 */
export function openBrowser(address: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(command!, [...args, address], { stdio: "ignore", detached: true });
  opener.on("error", (error) =>
    process.stderr.write(`the browser could not be opened (${error.message}): open the address yourself\n`),
  );
  opener.unref();
}
