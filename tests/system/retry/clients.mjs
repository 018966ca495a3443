// Sends the requests of standard input by one of these clients, each with its own retries on.
// Usage: node clients.mjs NAME < "METHOD URL" lines, with a name of 'clients'.
import readline from "node:readline";

const withBody = new Set(["DELETE", "FROB", "PATCH", "POST", "PUT", "QUERY"]);
const body = method => (withBody.has(method) ? "a=1" : undefined);

const clients = {
    async got() {
        const { default: got } = await import("got");
        return (method, url) => got(url, { method, body: body(method) });
    },
    async "node fetch()"() {
        return async (method, url) => (await fetch(url, { method, body: body(method) })).text();
    },
    async ky() {
        const { default: ky } = await import("ky");
        return async (method, url) => (await ky(url, { method, body: body(method), timeout: false })).text();
    },
    async "axios-retry"() {
        const { default: axios } = await import("axios");
        const { default: axiosRetry } = await import("axios-retry");
        axiosRetry(axios, { retries: 3 });
        return (method, url) => axios.request({ method, url, data: body(method) });
    },
    async "undici RetryAgent"() {
        const { Agent, RetryAgent, request } = await import("undici");
        const dispatcher = new RetryAgent(new Agent());
        return async (method, url) =>
            (await request(url, { method, body: body(method), dispatcher })).body.dump();
    },
    async "superagent .retry(3)"() {
        const { default: superagent } = await import("superagent");
        return (method, url) => {
            const request = superagent(method, url).retry(3);
            return withBody.has(method) ? request.type("form").send("a=1") : request;
        };
    },
    async "make-fetch-happen retry: 3"() {
        const { default: fetch } = await import("make-fetch-happen");
        return async (method, url) =>
            (await fetch(url, { method, body: body(method), retry: 3 })).text();
    },
};

const send = await clients[process.argv[2]]();
for await (const line of readline.createInterface({ input: process.stdin })) {
    const [method, url] = line.split(" ");
    Promise.resolve().then(() => send(method, url)).then(
        () => console.log("done", url),
        error => console.log("done", url, String(error).replace(/\s+/g, " ").slice(0, 120)),
    );
}
