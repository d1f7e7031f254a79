CREATE TABLE "upload_lock" (
	"upload_id" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"is_wanted" boolean DEFAULT false NOT NULL,
	"leased_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "message_version" ADD COLUMN "source" "message_source";--> statement-breakpoint
ALTER TABLE "voice" ADD COLUMN "sample_key" text;