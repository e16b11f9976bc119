import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../../scripts/free-port.ts";
import type { Contender, Scene } from "../contender.ts";
import { ensureProgram } from "../programs.ts";
import { runProgram } from "../run-program.ts";

export const nginx: Contender = {
  name: "nginx",
  title: "nginx",
  does: "sets X-Forwarded-For and -Proto, keeps Host; one worker, upstream keepalive 64, buffers as by default, no access log",
  prepare: () => ensureProgram("nginx"),
  async start(scene) {
    const port = await freePort();
    const file = join(scene.dir, "nginx.conf");
    await writeFile(file, settings(scene, port));
    const command = ["nginx", "-e", "stderr", "-p", scene.dir, "-c", file];
    return await runProgram({ command, port, dir: scene.dir });
  },
};

function settings({ backendPort, dir, maxConnections }: Scene, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off;
pid ${dir}/nginx.pid;
error_log stderr error;
worker_processes 1;
worker_rlimit_nofile ${maxConnections + 100};
# The folder is only this user's.
${process.getuid?.() === 0 ? "user root root;" : ""}
# Once a sixteenth is left, it closes connections that have not asked for anything yet.
events { worker_connections ${Math.ceil(maxConnections * 1.25)}; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${dir}/${name};`).join("\n  ")}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream backend {
    server 127.0.0.1:${backendPort};
    keepalive 64;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    # The load holds on to its connections.
    keepalive_requests 1000000000;
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
    }
  }
}
`;
}
