import fs from "fs/promises";
import path from "path";

const FOLDER = path.join(process.cwd(), "logs");

export class Logger {
  private file = path.join(FOLDER, "desk.log");

  async info(message: string) {
    await fs.mkdir(FOLDER, { recursive: true });
    if ((await fs.stat(this.file)).size > 1e6) {
      await fs.rename(this.file, `${this.file}.1`);
      await fs.unlink(`${this.file}.2`);
    }
    await fs.appendFile(this.file, message + "\n");
  }

  async elsewhere(message: string) {
    await fs.appendFile(path.join(process.cwd(), "notes.txt"), message);
  }

  async into(file: string, message: string) {
    await fs.appendFile(file, message);
  }
}

export const logger = new Logger();
