import { randomInt } from 'node:crypto';
import express, { type Router } from 'express';
import { z } from 'zod';
import type { Directory } from './directory.js';
import { countries, randomPhone } from './randomPhone.js';

const Of = z.object({ enterprise: z.string().min(1) });
const Country = z.object({ country: z.string().toUpperCase().pipe(z.enum(countries)).default('BY') });

/** What can be chosen in a form: `/api/enterprises`, `/api/managers`, `/api/lines`, `/api/random-phone`. */
export function createDirectoryRoutes(directory: Directory): Router {
  const router = express.Router();
  router.get('/enterprises', async (_request, response) => {
    const enterprises = await directory.enterprises();
    response.json({
      enterprises: enterprises.map(({ number, name, country, is_test }) => ({ number, name, country, is_test })),
    });
  });
  router.get('/managers', async (request, response) => {
    const { enterprise } = Of.parse(request.query);
    response.json({ managers: await directory.managers(enterprise) });
  });
  router.get('/lines', async (request, response) => {
    const { enterprise } = Of.parse(request.query);
    response.json({ lines: await directory.lines(enterprise) });
  });
  router.get('/random-phone', (request, response) => {
    const { country } = Country.parse(request.query);
    response.json({ phone: randomPhone(country, randomInt) });
  });
  return router;
}
