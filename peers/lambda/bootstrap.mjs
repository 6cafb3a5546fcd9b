// The least that runs a Node handler on the Runtime API: less than Lambda's own runtime does.
import http from "node:http";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const prefix = "/2018-06-01/runtime/invocation";
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path, agent }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const { handle } = await import(pathToFileURL(process.argv[2]));
for (;;) {
  const event = await call("GET", `${prefix}/next`);
  const id = event.headers["lambda-runtime-aws-request-id"];
  try {
    const answer = await handle(JSON.parse(event.body));
    await call("POST", `${prefix}/${id}/response`, JSON.stringify(answer));
  } catch (error) {
    console.error(error);
    await call("POST", `${prefix}/${id}/error`, JSON.stringify({ errorType: error.name, errorMessage: String(error) }));
  }
}
