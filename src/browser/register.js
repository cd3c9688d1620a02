// The ceremony of the KeyDepot cookbook, 4.1.1: options, create, result.
"use strict";

const form = document.getElementById("form");
const result = document.getElementById("result");

function show(state, text) {
  result.dataset.state = state;
  result.textContent = text;
}

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function call(method, path, authorization, body) {
  const headers = { "Content-Type": "application/json" };
  if (authorization) headers.Authorization = authorization;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const content = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${content}`);
  return content ? JSON.parse(content) : {};
}

async function register() {
  const token = await call("POST", "/workbench/tokens", null, { user: "browser", client: "browser" });
  const { authorization } = token;
  const options = await call("POST", "/keydepot/attestations/options", authorization, {
    username: document.getElementById("username").value,
    displayName: document.getElementById("display-name").value,
    attestation: "direct",
  });
  if (options.rp.id !== location.hostname) {
    const origin = `http://localhost:${location.port || 80}`;
    throw new Error(`KeyDepot expects ${options.rp.id}: start etalon serve with --origin ${origin}, and go there`);
  }
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
  };
  const credential = await navigator.credentials.create({ publicKey });
  await call("POST", "/keydepot/attestation/result", authorization, {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: text(credential.response.clientDataJSON),
      attestationObject: text(credential.response.attestationObject),
    },
  });
  const key = await call("GET", `/keydepot/jwks/${credential.id}`, authorization);
  return `KeyDepot holds the key ${key.kid}`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show("waiting", "Touch your authenticator");
  try {
    show("accepted", await register());
  } catch (error) {
    show("refused", String(error.message ?? error));
  }
});
