import { PrismaClient } from "@prisma/client";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";

export const prisma = new PrismaClient();
export const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const desk = new Pool({ connectionString: "postgres://agent:pw@db.example.com:5432/desk" });
export const orm = drizzle(pool);

export async function rows(sql: string, values: unknown[] = []) {
  const result = await pool.query(sql, values);
  return result.rows;
}
