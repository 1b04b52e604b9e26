import axios from "axios";

export const api = axios.create({ baseURL: "https://shop.example.com/v1", timeout: 5000 });

export async function getJson(path: string) {
  const { data } = await api.get(path);
  return data;
}

export const post = async (path: string, body: unknown) => (await api.post(path, body)).data;
