ALTER TABLE "schedule" DROP CONSTRAINT "schedule_audio_id_message_audio_id_fk";
--> statement-breakpoint
DROP INDEX "schedule_message_idx";--> statement-breakpoint
ALTER TABLE "schedule" DROP COLUMN "audio_id";