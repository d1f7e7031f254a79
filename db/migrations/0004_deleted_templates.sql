ALTER TABLE "shortcut" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "template" ADD COLUMN "deleted_at" timestamp with time zone;