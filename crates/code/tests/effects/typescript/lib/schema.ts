import { pgTable, text } from "drizzle-orm/pg-core";

export const users = pgTable("users", { id: text("id"), name: text("name") });
