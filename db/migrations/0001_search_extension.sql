CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
ALTER TYPE "message_status" RENAME VALUE 'saved' TO 'ready';
